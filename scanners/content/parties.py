"""Other parties that shops link to and mention, by registrable domain."""

from __future__ import annotations

# Parties whose own privacy, terms or contact pages are linked from every shop.
FOREIGN_PARTIES: frozenset[str] = frozenset(
    {
        "google.com",
        "google.nl",
        "facebook.com",
        "instagram.com",
        "linkedin.com",
        "twitter.com",
        "x.com",
        "youtube.com",
        "pinterest.com",
        "tiktok.com",
        "whatsapp.com",
        "wa.me",
        "cloudflare.com",
        "paypal.com",
        "klarna.com",
        "mollie.com",
        "stripe.com",
        "adyen.com",
        "apple.com",
        "microsoft.com",
        "hotjar.com",
        "mailchimp.com",
        "trustpilot.com",
        "kiyoh.com",
        "webwinkelkeur.nl",
        "thuiswinkel.org",
        "becommerce.be",
        "trustedshops.com",
        "trustedshops.nl",
        "postnl.nl",
        "dhl.com",
        "dpd.com",
        "bpost.be",
        "shopify.com",
        "wordpress.org",
        "woocommerce.com",
        "lightspeedhq.com",
        "europa.eu",
        "autoriteitpersoonsgegevens.nl",
        "degeschillencommissie.nl",
        "cookiebot.com",
        "cookiedatabase.org",
        "youronlinechoices.com",
        "youronlinechoices.eu",
        "allaboutcookies.org",
    }
)

# Roles whose page may lie with a third party (policy generators, hosted documents).
EXTERNAL_ROLES: frozenset[str] = frozenset({"privacy", "terms", "cookies"})
