"""Names of GA4's standard metrics, which a formula may use (reference: Data API, section 6)."""

from __future__ import annotations

from milepost.emulator.admin.words import word_set

COST_METRICS = word_set(
    """
    advertiserAdCost advertiserAdCostPerClick advertiserAdCostPerConversion advertiserAdCostPerKeyEvent
    returnOnAdSpend
    """
)
"""Those that hold cost data."""

REVENUE_METRICS = word_set(
    """
    averagePurchaseRevenue averagePurchaseRevenuePerPayingUser averagePurchaseRevenuePerUser
    averageRevenuePerUser grossItemRevenue grossPurchaseRevenue itemDiscountAmount itemRefundAmount
    itemRevenue purchaseRevenue refundAmount returnOnAdSpend shippingAmount taxAmount totalAdRevenue
    totalRevenue
    """
)
"""Those that hold revenue data."""

STANDARD_METRICS = (
    COST_METRICS
    | REVENUE_METRICS
    | word_set(
        """
        active1DayUsers active28DayUsers active7DayUsers activeUsers adUnitExposure addToCarts
        advertiserAdClicks advertiserAdImpressions averageSessionDuration bounceRate cartToViewRate checkouts
        cohortActiveUsers cohortTotalUsers conversions crashAffectedUsers crashFreeUsersRate dauPerMau
        dauPerWau ecommercePurchases engagedSessions engagementRate eventCount eventCountPerUser eventValue
        eventsPerSession firstTimePurchaserConversionRate firstTimePurchaserRate firstTimePurchasers
        firstTimePurchasersPerNewUser itemListClickEvents itemListClickThroughRate itemListViewEvents
        itemPromotionClickThroughRate itemViewEvents itemsAddedToCart itemsCheckedOut itemsClickedInList
        itemsClickedInPromotion itemsPurchased itemsViewed itemsViewedInList itemsViewedInPromotion keyEvents
        newUsers organicGoogleSearchAveragePosition organicGoogleSearchClickThroughRate
        organicGoogleSearchClicks organicGoogleSearchImpressions promotionClicks promotionViews
        publisherAdClicks publisherAdImpressions purchaseToViewRate purchaserConversionRate purchaserRate
        screenPageViews screenPageViewsPerSession screenPageViewsPerUser scrolledUsers sessionConversionRate
        sessionKeyEventRate sessions sessionsPerUser totalPurchasers totalUsers transactions
        transactionsPerPurchaser userConversionRate userEngagementDuration userKeyEventRate wauPerMau
        """
    )
)
"""All of them, with the older names of those that were renamed."""
