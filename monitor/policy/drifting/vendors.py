"""Parties that many shops load from, by registrable domain, with what they are for.

Reduced from the data of the package third-party-web 0.30.0 (npm; data set of 2024-07-01;
Copyright (c) 2019 Patrick Hulce, MIT licence: LICENSES/third-party-web.txt): the 620 domains
that the most sites load from, without those that give anybody room for files of his own.
Added by hand, as of 2026-11-21: payment, consent, review and shop services of the Netherlands,
Belgium, France and Germany.  Being listed says that a party is well known, never that it may run.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DATED = "2026-11-21"

_LISTED: Mapping[str, str] = {
    "payment": (
        "3dsecure.io adyen.com adyenpayments.com affirm.com afterpay.be afterpay.com afterpay.nl "
        "alma.eu amazonpay.com authorize.net bancontact.com billink.nl braintree-api.com "
        "braintreegateway.com buckaroo.eu buckaroo.nl capayable.nl cardinalcommerce.com ccv.eu "
        "ccvlab.eu checkout.com clearpay.co.uk cm-cic-paiement.fr cm.com computop-paygate.com "
        "computop.com cybersource.com datatrans.com dibspayment.eu easypay.pt elavon.com "
        "emspay.eu getalma.eu ginger-payments.com giropay.de globalpay.com gocardless.com "
        "heidelpay.com hipay-tpp.com hipay.com icepay.com icepay.eu ideal.com ideal.nl in3.nl "
        "ingenico.com ingenico.eu klarna.com klarnacdn.net klarnapayments.com klarnaservices.com "
        "lyra.com mollie.com mollie.nl monetico-services.com multisafepay.com nets.eu "
        "nexigroup.com novalnet.de ogone.com omnikassa.nl oney.com oney.io pay.nl pay1.de "
        "paybox.com payconiq.com paydirekt.de payin3.eu payin3.nl payments-amazon.com paynl.com "
        "payone.com paypal.com paypalobjects.com payplug.com payrexx.com paysafe.com payzen.eu "
        "rabobank.nl realexpayments.com revolut.com riverty.com saferpay.com sagepay.com "
        "scalapay.com sisow.nl skrill.com sofort.com spraypay.nl squarecdn.com squareup.com "
        "stripe.com stripe.network stripecdn.com sumup.com systempay.fr tikkie.me trustly.com "
        "unzer.com up2pay.com venmo.com viva.com vivapayments.com wallee.com "
        "worldline-solutions.com worldline.com worldpay.com"
    ),
    "consent-provider": (
        "axept.io axeptio.eu ccm19.de complianz.io consensu.org consentmanager.net consentmo.com "
        "cookie-script.com cookiebot.eu cookiecode.nl cookiefirst.com cookiehub.eu cookiehub.net "
        "cookieinformation.com cookielaw.org cookiepro.com cookieyes.com didomi.io iubenda.com "
        "klaro.org onetrust.com onetrust.io osano.com privacy-center.org quantcast.com sirdata.io "
        "tarteaucitron.io termly.io termsfeed.com trustarc.com trustcommander.net "
        "usercentrics.com usercentrics.eu"
    ),
    "review": (
        "ausgezeichnet.org avis-verifies.com becommerce.be beoordelingen.nl ekomi.com ekomi.de "
        "etrusted.com feedbackcompany.com feedbackcompany.nl kiyoh.com kiyoh.nl "
        "klantenvertellen.nl kundenvertellen.de netreviews.eu opinionsystem.fr proven-expert.com "
        "provenexpert.com safeshops.be shopauskunft.de skeepers.io thuiswinkel.org "
        "trustedshops.be trustedshops.de trustedshops.nl trustprofile.com valuedshops.com "
        "webwinkelkeur.nl"
    ),
    "tag-manager": (
        "adobe.com adobedtm.com aniview.com commander1.com delvenetworks.com demdex.net "
        "ensighten.com everesttech.net googletagmanager.com limelight.com llnwd.net "
        "tagcommander.com tealiumiq.com tiqcdn.com"
    ),
    "customer-success": (
        "chatra.io crisp.chat d23nd6ymopvz52.cloudfront.net d3701cc9l7v9a6.cloudfront.net dixa.io "
        "djtflbt20bdde.cloudfront.net freshchat.com freshworksapi.com front.com gorgias.chat "
        "gorgias.com gorgias.io helpscout.net intercom.io intercomcdn.com iperceptions.com "
        "jivosite.com livechat-static.com livechat.com livechatinc.com liveperson.com "
        "liveperson.net livetex.ru look.io lpsnmedia.net olark.com pipedrive.com purechat.com "
        "richpanel.com smartsupp.com smartsuppcdn.com smartsuppchat.com tawk.to tidio.co "
        "tidiochat.com trengo.com trengo.eu userlike-cdn-widgets.s3-eu-west-1.amazonaws.com "
        "userlike.com usersnap.com watermelon.ai watermelon.co webengage.co webengage.com "
        "zdassets.com zendesk.com zopim.com"
    ),
    "social": (
        "addtoany.com atlassbx.com bizographics.com cdninstagram.com daum.net daumcdn.net "
        "disqus.com disquscdn.com facebook.com facebook.net fbcdn.net fbsbx.com instagram.com "
        "ipstatp.com oribi.io pinimg.com pinterest.com pixfs.net pixnet.net reddit.com "
        "redditstatic.com sharethis.com tiktok.com twimg.com twitpic.com twitter.com vine.co"
    ),
    "video": (
        "brightcove.com brightcove.net ggpht.com jwplayer.com loom.com vimeo.com vimeocdn.com "
        "wistia.com wistia.net youtu.be youtube-nocookie.com youtube.com ytimg.com zencdn.net"
    ),
    "marketing": (
        "actito.com activecampaign.com albacross.com awin.com awin1.com belboon.de "
        "bigcommerce.com bounceexchange.com bouncex.net brevo.com channable.com chimpstatic.com "
        "cleverreach.com convertcart.com copernica.com copernica.nl createsend.com "
        "d335luupugsy2.cloudfront.net daisycon.com daisycon.io datatrics.com demandbase.com "
        "drift.com driftt.com flexmail.eu getresponse.com hellobar.com hs-analytics.net "
        "hs-banner.com hs-data.com hs-embed-reporting.com hs-growth-metrics.com hs-scripts.com "
        "hsadspixel.net hscollectedforms.net hscta.net hsforms.com hsforms.net hsleadflows.net "
        "hsstatic.net hubapi.com hubspot.com hubspot.net izooto.com judge.me kargo.com karte.io "
        "klaviyomail.com laposta.nl leadin.com list-manage.com mailblue.nl mailcampaigns.nl "
        "mailchimp.com mailerlite.com mailjet.com mailplus.nl marketingautomation.services mjt.lu "
        "newsletter2go.com omnisend.com omnisnippet1.com opmnstr.com optmnstr.com optmstr.com "
        "rapidmail.de robinhq.com sendinblue.com sharpspring.com sibautomation.com sibforms.com "
        "sleeknote.com sojern.com sooqr.com sooqr.io spotler.com spotlercrm.nl squeezely.tech "
        "sumome.com swellrewards.com tradetracker.com tradetracker.net tweakwise.com wishpond.com "
        "wishpond.net wknd.ai yotpo.com zanox.com"
    ),
    "analytics": (
        "abtasty.com adcalls.nl akstat.io amplitude.com appboycdn.com appcues.com at-o.net "
        "aticdn.net bazaarvoice.com bownow.jp brandmetrics.com brtstats.com callrail.com "
        "cetrk.com chartbeat.com chartbeat.net clarity.ms clerk.io content-square.net "
        "contentsquare.com contentsquare.net convertexperiments.com crazyegg.com "
        "d10lpsik1i8c69.cloudfront.net d1447tq2m68ekg.cloudfront.net "
        "d1m6l9dfulcyw7.cloudfront.net d1z2jf7jlzjs58.cloudfront.net "
        "d24n15hnbwhuhn.cloudfront.net d2zah9y47r7bi2.cloudfront.net "
        "d31j93rd8oukbv.cloudfront.net d32hwlnfiv2gyn.cloudfront.net d5phz18u4wuww.cloudfront.net "
        "d6tizftlrpuof.cloudfront.net dnn506yrbagrg.cloudfront.net dotomi.com dtmpub.com "
        "dynatrace.com econda-monitor.de econda.de emjcd.com etracker.com etracker.de "
        "etrackerxcdn.de evergage.com evgnet.com exponea.com ezoic.net fastclick.net "
        "feedmagnet.com feefo.com fullstory.com getclicky.com gigya.com go-mpulse.net "
        "google-analytics.com google.com googleanalytics.com googleoptimize.com heapanalytics.com "
        "hotjar.com hotjar.io imrworldwide.com inspectlet.com kameleoon.com kameleoon.eu "
        "kameleoon.io leadfeeder.com leadinfo.com leadinfo.net lfeeder.com luckyorange.com "
        "luckyorange.net marchex.io marketo.com marketo.net matomo.cloud matomo.org mediaplex.com "
        "micpn.com mixpanel.com mktoresp.com monetate.net mouseflow.com mpstat.us mpulse.net "
        "mxpnl.com ntv.io okta.com optimizely.com pagesense.io parsely.com pendo.io piano.io "
        "piwik.pro plausible.io posthog.com qualtrics.com quantcount.com quantserve.com "
        "quantummetric.com reaktion.com reviews.co.uk reviews.io ruxit.com sail-horizon.com "
        "sail-personalize.com sail-track.com sc-static.net scarabresearch.com segment.com "
        "segment.io semantictec.com simpleanalytics.com simpleanalyticscdn.com smartlook.com "
        "snapchat.com speedcurve.com stamped.io statcounter.com tctm.co tqlkg.com trackedlink.net "
        "trackedweb.net trackjs.com treasuredata.com trialfire.com tripleseat.com trustpilot.com "
        "umami.is upsellit.com urchin.com usabilla.com usefathom.com useinsider.com "
        "visualwebsiteoptimizer.com voicestar.com vwo.com wingify.com xiti.com yandex.com"
    ),
    "ad": (
        "01net.com 2mdn.net 33across.com 3lift.com 4dex.io 7eer.net ad1x.com adcell.com adcell.de "
        "adform.net adformdsp.net adingo.jp adlightning.com admatic.com.tr adnami.io adnxs.com "
        "adocean.pl adrdgt.com adriver.ru adroll.com ads-twitter.com adsafeprotected.com adsco.re "
        "adsrvr.org adswizz.com adyoulike.com adyoulike.net amazon-adsystem.com app-us1.com "
        "apple.com attentivemobile.com attn.tv basis.net betweendigital.com bing.com bing.net "
        "bluecava.com bluelithium.com boomtrain.com boomtrain.net branch.io browsiprod.com "
        "casalemedia.com chango.com channelpilot.com company-target.com connatix.com "
        "creativecdn.com criteo.com criteo.eu criteo.net crwdcntrl.net ctasnet.com ctctcdn.com "
        "ctnsnet.com customer.io cxense.com cxpublic.com d1eoo1tco6rr5e.cloudfront.net "
        "d2xxq4ijfwetlm.cloudfront.net d3cxv97fi8q177.cloudfront.net d9hhrg4mnvzow.cloudfront.net "
        "deliverimp.com dg1f2pfrgjxdq.cloudfront.net doubleclick.net doubleverify.com dt07.net "
        "dtscout.com dvtps.com dwin1.com emailretargeting.com emediate.dk emediate.eu erne.co "
        "evyy.net eyeota.net fimserve.com flashtalking.com fout.jp gemius.pl genieessp.jp "
        "genieesspv.jp geoedge.be geoedge.com getdrip.com google.ch google.es "
        "googleadservices.com googlesyndication.com googletagservices.com gssprt.jp gumgum.com "
        "hybrid.ai i-mobile.co.jp iasds01.com id5-sync.com im-apps.net impact-ad.jp impactcdn.com "
        "impactradius-event.com impactradius-go.com indexww.com infolinks.com inmobi.com "
        "intentiq.com iponweb.net iqfp1.com juicyads.com jump-time.net jwpcdn.com jwplatform.com "
        "jwpltx.com jwpsrv.com klaviyo.com ladsp.com lexity.com liadm.com licdn.com lijit.com "
        "line-scdn.net line.me linkedin.com longtailvideo.com loopme.biz loopme.com loopme.me "
        "loyaltylion.com loyaltylion.net mailmunch.co media.net mediavine.com mgid.com microad.jp "
        "microsoft.com mnet-ad.net msads.net msecnd.net msn.com mxptint.net ojrq.net "
        "omnitagjs.com openx.net openxadexchange.com openxcdn.net optimonk.com outbrain.com "
        "outbrainimg.com pixel.ad privacymanager.io privy.com privymktg.com pubmatic.com "
        "quora.com rakuten-static.com rakuten.com redirectingat.com rfihub.com rfihub.net "
        "rmtag.com rubiconproject.com s-msft.com s-msn.com salesforce.com sascdn.com sasqos.com "
        "scorecardresearch.com seedtag.com servedbyopenx.com simpli.fi sitescout.com sjv.io "
        "skimresources.com skimresources.net smaato.net smartadserver.com socdm.com "
        "stackadapt.com taboola.com taboolasyndication.com teads.tv technoratimedia.com "
        "the-ozone-project.com tiktokcdn.com trackcmp.net trafficstars.com trustx.org "
        "tsyndicate.com ttwstatic.com tvsquared.com tynt.com ubembed.com undertone.com "
        "viglink.com visualrevenue.com vntsm.com webcontentassessor.com wp.pl yahoo.co.jp "
        "yahoo.com yahoo.net yahooapis.com yieldmanager.com yimg.com yimg.jp zenfs.com"
    ),
    "utility": (
        "accessibe.com acsbap.com acsbapp.com ajax.googleapis.com amazon.co.uk amazon.com "
        "ampproject.org appdynamics.com arcgis.com arcgisonline.com aspnetcdn.com beslist.nl "
        "bol.com boldapps.net bootstrapcdn.com bpost.be browsealoud.com bugherd.com bugsnag.com "
        "calendly.com ccvshop.nl channelengine.com chronopost.fr cloudflare.com "
        "cloudflareinsights.com colissimo.fr cookiebot.com d2wy8f7a9ursnm.cloudfront.net "
        "d37gvrvc0wt4s1.cloudfront.net d3tjaysgumg9lf.cloudfront.net dailymotion.com dhl.com "
        "dhl.de dmcdn.net dmxleo.com doofinder.com dpd.com ecwid.com elfsight.com elfsightcdn.com "
        "embed.ly embedly.com eum-appdynamics.com fontawesome.com fonts.googleapis.com fonts.net "
        "fortawesome.com forter.com foxentry.cz friendlycaptcha.com friendlycaptcha.eu "
        "getsentry.com getsitecontrol.com gls-group.eu godaddy.com google.be google.ca "
        "google.co.id google.co.in google.co.jp google.co.kr google.co.nz google.co.uk "
        "google.com.au google.com.br google.com.sg google.com.ua google.de google.fr google.ie "
        "google.nl google.ru google.se gstatic.com hcaptcha.com hextom.com highcharts.com "
        "hotmart.com iesnare.com images-amazon.com imasdk.googleapis.com imedia.cz indeed.com "
        "ipify.org issuu.com isu.pub jnn-pa.googleapis.com jouwweb.nl jquery.com jscache.com "
        "khm0.googleapis.com khm1.googleapis.com khms.googleapis.com khms1.googleapis.com "
        "khms2.googleapis.com kieskeurig.nl lightspeedhq.com lightwidget.com mapbox.com "
        "maps.googleapis.com marker.io mijnwebwinkel-cdn.nl mijnwebwinkel.nl mondialrelay.com "
        "mt.googleapis.com mt0.googleapis.com mt1.googleapis.com mt2.googleapis.com "
        "mt3.googleapis.com mts.googleapis.com myfonts.net myparcel.nl newrelic.com nr-data.net "
        "onesignal.com online-metrix.net openstreetmap.org opentable.co.uk opentable.com "
        "parastorage.com postcode.nl postcodeapi.nu postnl.nl powr.io prestashop.com pusher.com "
        "pusherapp.com pxlad.io rambler.ru rapidzebra.io ravenjs.com raygun.io readspeaker.com "
        "recaptcha.net responsivevoice.org revcontent.com riskified.com rollbar.com scdn.co "
        "sendcloud.com sendcloud.sc sentry-cdn.com sentry.io seoshop.nl shappify-cdn.com "
        "shappify.com shopify.com shopifyapps.com shopifycdn.com shopifycloud.com shopifysvc.com "
        "shopware.com signifyd.com sndcdn.com soundcloud.com spotify.com squarespace.com "
        "statuspage.io strato.de stratus.sc sublimevideo.net tacdn.com tamgrt.com texthelp.com "
        "toptable.co.uk translate-pa.googleapis.com translate.googleapis.com tripadvisor.co.uk "
        "tripadvisor.com trustedshops.com typekit.com typekit.net viator.com webservices.nl "
        "webshopapp.com wisepops.com wix.com wixstatic.com wsimg.com ywxi.net"
    ),
}
VENDORS: Mapping[str, str] = MappingProxyType(
    {domain: use for use, domains in _LISTED.items() for domain in domains.split()}
)
