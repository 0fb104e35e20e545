// The events of a site and their parameters. Made by Milepost: change the conversions file, not this one.

export interface MilepostEvents {
  /** Pur"chase </script> {{Click URL}} (macro). */
  purchase: {
    plan?: string;
    transaction_id: string;
    currency: string;
    value: number;
    items: MilepostItem[];
    coupon?: string;
    shipping?: number;
    tax?: number;
  };
  /** Tapped the phone number (micro). */
  call_click: {
    link_url?: string;
    plan?: string;
  };
  /** Clicked a call to action (micro). */
  cta_click: {
    cta_id?: string;
    cta_location?: string;
    link_text?: string;
  };
  /** Sent the contact form (micro). */
  contact_send: {
    form_id?: string;
    form_name?: string;
    plan?: string;
  };
  /** Saw the prices (micro). */
  pricing_see: {
    plan?: string;
    link_id?: string;
    link_url?: string;
  };
  /** Stayed a minute (micro). */
  engaged_time: {
    seconds?: number;
  };
  /** Read half of a page (micro). */
  half_scroll: {
    percent_scrolled?: number;
    page_title?: string;
  };
  /** Watched half of a video (micro). */
  video_half: {
    video_title?: string;
    video_percent?: number;
  };
  /** Watched a video to its end (micro). */
  video_end: Record<string, never>;
  /** Started a chat (micro). */
  chat_start: {
    plan?: string;
    campaign?: string;
  };
  /** Created an account (micro). */
  sign_up: {
    method?: string;
  };
  /** Asked for a quote (micro). */
  generate_lead: {
    value?: number;
    currency?: string;
    lead_source?: string;
  };
}

/** One item of a shop; it needs `item_id` or `item_name`. */
export type MilepostItem = MilepostItemFields & ({ item_id: string } | { item_name: string });

export interface MilepostItemFields {
  item_id?: string;
  item_name?: string;
  affiliation?: string;
  coupon?: string;
  discount?: number;
  index?: number;
  item_brand?: string;
  item_category?: string;
  item_category2?: string;
  item_category3?: string;
  item_category4?: string;
  item_category5?: string;
  item_list_id?: string;
  item_list_name?: string;
  item_variant?: string;
  location_id?: string;
  price?: number;
  quantity?: number;
}

/** What `dataLayer.push` takes for Tag Manager; items and what belongs to them stand under `ecommerce`. */
export type MilepostPush = {
  [E in keyof MilepostEvents]: MilepostEvents[E] extends Record<string, never>
    ? { event: E }
    : { event: E } & (MilepostEvents[E] extends { items?: MilepostItem[] }
        ? { ecommerce?: Partial<MilepostEvents[E]> } & Partial<MilepostEvents[E]>
        : MilepostEvents[E]);
}[keyof MilepostEvents];

/** Sends a declared event; parameters may be left out where none is required. */
export type Milepost = <E extends keyof MilepostEvents>(
  event: E,
  ...parameters: {} extends MilepostEvents[E]
    ? [parameters?: MilepostEvents[E]]
    : [parameters: MilepostEvents[E]]
) => void;

declare global {
  const milepost: Milepost;
  interface Window {
    milepost: Milepost;
  }
}
