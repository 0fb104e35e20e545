"""A site with every means and every trigger, whose names and labels mean no good."""

from __future__ import annotations

from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.load import check_text

SITE = """\
version = 1

[properties.site]
id = "demo"
business_types = ["shop"]
currency = "EUR"

[business_types.shop]
label = "Shop"
journey = ["page_view", "purchase"]

[business_types.shop.macro.purchase]
label = 'Pur"chase </script> {{Click URL}}'
parameters = ["plan"]

[business_types.shop.micro.call_click]
label = "Tapped the phone number"
on = { click = "a[href^='tel:']" }
parameters = ["link_url", "plan"]

[business_types.shop.micro.cta_click]
label = "Clicked a call to action"
key_event = false
on = { click = "button.cta, .hero > a", page = { starts_with = "/Pri.ce", ignore_case = true } }
parameters = ["cta_id", "cta_location", "link_text"]
send = { cta_location = 'top </script> "x"' }

[business_types.shop.micro.contact_send]
label = "Sent the contact form"
on = { submit = "form#contact", page = { matches = "^/contact", negated = true } }
parameters = ["form_id", "form_name", "plan"]

[business_types.shop.micro.pricing_see]
label = "Saw the prices"
key_event = false
on = { visible = "#pricing", percent = 80, seconds = 1.5 }
parameters = ["plan", "link_id", "link_url"]
send = { link_id = { element = "id" }, link_url = { element = "url" } }

[business_types.shop.micro.engaged_time]
label = "Stayed a minute"
key_event = false
on = { timer = 60 }
send = { seconds = 60 }

[business_types.shop.micro.half_scroll]
label = "Read half of a page"
key_event = false
on = { scroll = 50 }
parameters = ["percent_scrolled", "page_title"]

[business_types.shop.micro.video_half]
label = "Watched half of a video"
key_event = false
on = { video = 50 }
parameters = ["video_title", "video_percent"]

[business_types.shop.micro.video_end]
label = "Watched a video to its end"
key_event = false
on = { video = "complete" }

[business_types.shop.micro.chat_start]
label = "Started a chat"
key_event = false
on = { custom = "chat:started", once = true }
send = { plan = { data = "chat.plan" }, campaign = { query = "utm_campaign" } }

[business_types.shop.micro.sign_up]
label = "Created an account"
parameters = ["method"]

[business_types.shop.micro.generate_lead]
label = "Asked for a quote"
send = { value = 40 }

[business_types.shop.micro.thanks_see]
label = "Saw the thank-you page"
key_event = false
from = "page_view"
when = [{ page_location = { contains = "/thank-you" } }]

[business_types.shop.micro.scroll]
label = "Scrolled to the end"
key_event = false

[business_types.shop.micro.webinar_attend]
label = "Attended a webinar"
key_event = false
sent_by = "server"
parameters = ["webinar_name"]

[dimensions.plan]
label = "Plan"
[dimensions.cta_id]
label = "Call to action"
[dimensions.cta_location]
label = "Call to action location"
[dimensions.form_id]
label = "Form ID"
[dimensions.form_name]
label = "Form name"
[dimensions.campaign]
label = "Campaign on the page"
[dimensions.webinar_name]
label = "Webinar"
[metrics.seconds]
label = "Seconds"
"""


def declared_site(text: str = SITE) -> DeclaredProperty:
    """The site as the file declares it; the file has no errors."""
    document, problems = check_text(text)
    assert document is not None
    assert [p for p in problems if p.severity == "error"] == []
    return declared_property(document, next(iter(document.properties)))
