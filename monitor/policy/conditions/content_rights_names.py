"""Names of cookies and storage keys and what they are for; as known on 2026-11-21.

Only names that one vendor alone uses are here: a name that is not is unclassified and
accuses nobody.  Left out on purpose: measuring without consent where it may be exempt
(Matomo ``_pk_*``, Piwik PRO), and tag containers.  Sources: the vendors' own cookie
documentation (Google, Meta, Microsoft, Hotjar, LinkedIn, Pinterest, TikTok, Snap, X, Criteo,
Amplitude, Mixpanel, Segment, Yandex, HubSpot, Adobe) and that of consent tools.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Purpose(StrEnum):
    """What a cookie or key is for, by its name alone."""

    NECESSARY = "necessary"
    TRACKING = "tracking"
    UNKNOWN = "unknown"


_TRACKING = re.compile(
    r"_ga|_gid|_gat(?:_.{1,40})?|_ga_[A-Z0-9]{4,20}|_gcl_(?:au|aw|dc|gb|ha|gs|ls)|__gads|__gpi"
    r"|__utm[abctvz]|_fbp|_fbc|_uet(?:sid|vid)(?:_exp)?|_clck|_clsk|CLID|MUID"
    r"|_hj(?:id|SessionUser_\d{1,12}|Session_\d{1,12}|FirstSeen|AbsoluteSessionInProgress|TLDTest)"
    r"|IDE|DSID|li_sugr|bcookie|lidc|UserMatchHistory|AnalyticsSyncHistory|li_fat_id"
    r"|_pin_unauth|_pinterest_ct_ua|_derived_epik|_ttp|_tt_enable_cookie|_scid(?:_r)?|sc_at"
    r"|muc_ads|personalization_id|guest_id_(?:ads|marketing)|cto_bundle|cto_bidid"
    r"|amplitude_id_?.{0,80}|AMP_(?:MKTG_)?[0-9a-f]{10}|mp_[0-9a-z]{32}_mixpanel|ajs_anonymous_id"
    r"|_ym_(?:uid|d|isad|visorc)|yandexuid|hubspotutk|__hstc|__hssc|__hssrc"
    r"|AMCV_.{1,80}|s_vi|s_fid|demdex|uuid2|anj|tuuid|__qca|TDID|TDCPM|_rdt_uuid|tt_sessionId"
    r"|_lo_uid|_vis_opt_.{1,40}|_vwo_uuid(?:_v2)?|fs_uid|mf_user|ct0_ads|awin_dw_aid|_aw_m_\d{1,9}"
)
_NECESSARY = re.compile(
    # Sessions, baskets and protection against forged requests.
    r"(?i:PHPSESSID|JSESSIONID|ASP\.NET_SessionId|connect\.sid|laravel_session|ci_session|session"
    r"|sessionid|session_id|sid|frontend|form_key|mage-.{1,60}|private_content_version"
    r"|store|section_data_ids|product_data_storage|recently_.{1,60}|(?:.{0,20}[_-])?(?:csrf|xsrf)"
    r"(?:[_-].{0,30})?(?:token)?|csrftoken|__requestverificationtoken(?:_.{0,60})?"
    r"|cart(?:_.{0,40})?|basket(?:_.{0,40})?|woocommerce_(?:cart_hash|items_in_cart)"
    r"|wp_woocommerce_session_[0-9a-f]{32}|wc_(?:cart_hash|fragments)_.{0,60}|prestashop-.{1,64}"
    r"|secure_customer_sig|_secure_session_id|_shopify_(?:essential|country)|cart_currency"
    r"|localization|keep_alive|ocsessid|language|currency|locale|lang|wp-wpml_current_language"
    # Load balancers and protection against robots.
    r"|awsalb(?:cors|tg|tgcors)?|serverid|route|__cf_?bm|cf_clearance|_cfuvid|arraffinity(?:samesite)?"
    r"|bigipserver.{0,60}|incap_ses_.{0,40}|visid_incap_.{0,40}|nlbi_.{0,40}|ak_bmsc|bm_sz|_abck"
    # What was answered to a question on cookies.
    r"|cookieconsent(?:_status|bulkticket|bulksetting.{0,40})?|optanon(?:consent|alertboxclosed)"
    r"|cmplz_.{1,40}|cookieyes-consent|cky-.{1,40}|didomi_token|euconsent(?:-v2)?|uc_.{1,40}"
    r"|usprivacy|axeptio_.{1,40}|tarteaucitron|cookiefirst-.{1,40}|cookiescriptconsent"
    r"|borlabs-cookie|klaro|moove_gdpr_popup|cookie_?(?:notice_accepted|law_info_consent|policy"
    r"|consent|settings|preferences)|viewed_cookie_policy|cookielawinfo-.{1,60}|_iub_cs-.{1,40}"
    r"|cc_cookie|gdpr(?:\[.{1,40}\]|_.{1,40})?|consent(?:_.{1,40})?|ucstring|ucdata)"
)


def purpose_of(name: str) -> Purpose:
    """What a cookie or key of that name is for; ``UNKNOWN`` when the name alone does not say."""
    if _TRACKING.fullmatch(name):
        return Purpose.TRACKING
    return Purpose.NECESSARY if _NECESSARY.fullmatch(name) else Purpose.UNKNOWN
