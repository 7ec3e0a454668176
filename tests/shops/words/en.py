"""English."""

# Prose: a paragraph is a line.
# ruff: noqa: E501

from __future__ import annotations

from tests.shops.words.model import Words

TERMS = """\
These terms apply to every offer, order and delivery by $company to businesses and institutions. You can read, save and print them before you order. Exceptions are valid only when we have confirmed them in writing.

## 1. Who we are
$company, established in $city, $street, $postcode, the Netherlands. $register

## 2. Offer and contract
Our offers describe the goods fully and precisely. Obvious mistakes do not bind us. The contract is made when you accept the offer; we confirm your order by e-mail. Until that confirmation is sent you may withdraw the order.

## 3. Prices
Prices on this website are in euro and are shown excluding and including VAT. The cost of delivery is in the cart before you order. We do not pass on a price increase that comes after your order.

## 4. Payment
You pay in advance, or on account where we have agreed so. The term for payment is on the invoice. When a payment is late, our first reminder is free of charge.

## 5. Delivery and risk
We deliver to the address you give us. The risk of loss and damage passes to you when you receive the goods. How long this takes and what it costs is on the Delivery page.

## 6. Warranty and conformity
We warrant that the goods meet the contract and the legal requirements that apply on the day of the order. A manufacturer's warranty is an addition and never limits your rights.

## 7. Retention of title
Delivered goods remain the property of $company until the price has been paid. You may use and resell them in the ordinary course of your business.

## 8. Liability
Except for intent or gross negligence we are not liable for indirect loss. Any other liability is limited to the invoiced amount of the order.

## 9. Complaints
When something is wrong we would like to solve it with you first. The procedure is on the Complaints page.

## 10. Law and disputes
The laws of the Netherlands apply to every contract. Disputes are brought before the competent court of the district in which $company is established."""

PRIVACY = """\
$company processes personal data of visitors, of customers and of the people who work for them. This statement says which data we obtain, for which purposes we use them and which rights you have. $company is the controller and can be reached at $email.

## Which personal data
- name, company name, invoice address and delivery address;
- e-mail address and telephone number;
- orders, invoices and payment status;
- technical data of your visit, such as IP address and device.

## Purposes and legal grounds
We process these data for the following purposes: carrying out your order (contract), keeping our books (legal duty), securing the website (legitimate interest) and sending the newsletter (your consent, which you may withdraw whenever you like).

## Sharing and keeping
Carriers, payment providers and our hosting company process data on our behalf and only on our instructions. We keep invoices for seven years, an account until you close it and technical data for one month at most. Data stay within the European Economic Area.

## Your rights
You have the right of access to your data, the right to have them corrected and the right to have them erased. You may object to processing that rests on a legitimate interest and you may ask for your data in a portable form. Write to $email; you will hear from us within a month. You may also lodge a complaint with the supervisory authority.

## Cookies and security
We set one functional cookie, which the cart and the login need. Every page is sent over an encrypted connection."""

WORDS = Words(
    language="en",
    paths={
        "contact": "/contact/",
        "about": "/about-us/",
        "terms": "/terms-and-conditions/",
        "privacy": "/privacy-statement/",
        "complaints": "/complaints/",
        "returns": "/returns/",
        "delivery": "/delivery/",
        "payment": "/payment/",
        "login": "/account/login/",
        "product": "/item/",
    },
    titles={
        "start": "Home",
        "contact": "Contact",
        "about": "About us",
        "terms": "Terms and conditions",
        "privacy": "Privacy statement",
        "complaints": "Complaints",
        "returns": "Returns",
        "delivery": "Delivery",
        "payment": "Payment",
        "login": "Log in",
    },
    bodies={
        "terms": TERMS,
        "privacy": PRIVACY,
        "contact": """\
Do you have a question about an item, a quotation or an order on its way? Our customer service is there on working days from 8.30 to 17.00.

## Call, mail or write
Telephone: $phone
E-mail: $email
Address: $company, $street, $postcode $city, the Netherlands

## Company details
$company
$register
$bank""",
        "about": """\
$brand is a trade name of $company in $city. We started with one workshop and a few shelves; today we ship from our own warehouse to companies, universities and hospitals.

You buy from people who use what they sell. We try every item, we say so when it does not suit you, and we stock spare parts for as long as the maker produces them.

## Company details
$company, $street, $postcode $city, the Netherlands
$register""",
        "complaints": """\
When something goes wrong we want to hear it. Send your complaint with the order number to $email or call $phone. You can also write to $company, $street, $postcode $city.

You will get a confirmation of receipt within 2 working days. We answer every complaint in substance within 14 days after we have received it. When we need more information we ask for it in the same period.

If you do not agree with our answer you can bring the dispute before an independent mediator or the court.""",
        "returns": """\
Does an item not suit you? $company takes it back when it is unused and in its original packaging. Announce the return at $email and we send you a label.

You can return goods for 30 days after receipt. We refund the price once the parcel has been checked. Goods made to order cannot be returned.""",
        "delivery": """\
What is in stock and ordered on a working day before 16.00 leaves the same day. Delivery takes 1 to 3 working days in the Netherlands and Belgium.

## Cost of delivery
Delivery costs € 6,95 per shipment, excluding VAT. Orders of € 150,00 and more are delivered free of charge. A shipment on a pallet costs € 39,00.

When an item is not in stock we mail you the expected date and you can cancel the order free of charge.""",
        "payment": """\
You pay by iDEAL, Bancontact, credit card or bank transfer. Regular customers can buy on account after a single check.

Payment is free of charge and goes over a secure connection. The invoice, with VAT itemised, comes by e-mail.""",
    },
    kvk_line="Chamber of Commerce (KvK) number: $kvk",
    kbo_line="Company number (KBO): $kbo",
    vat_line="VAT number: $vat",
    welcome="""\
Welcome to $brand. We supply companies, universities and hospitals from our own stock: clear prices, quick delivery and advice by people who know the trade.

There is no minimum order and every order comes with an invoice on which VAT is itemised. Would you rather talk first, or have a quotation? Call $phone or mail $email.""",
    assortment="Our range",
    product_text="$product is packed singly and leaves from our warehouse in $city. Spare parts and the manual can be ordered separately. When you are in doubt about the size or the model, our staff will gladly help.",
    price_lines="€ $net excl. VAT (€ $gross incl. 21% VAT)",
    add_to_cart="Add to cart",
    newsletter="Newsletter",
    newsletter_consent="News and offers once a month. You can unsubscribe in every mail.",
    subscribe="Subscribe",
    email_label="E-mail address",
    password_label="Password",
    name_label="Name",
    message_label="Your question",
    send="Send",
    not_found="This page does not exist, or no longer. Use the menu to go on.",
    consent_wall="We use cookies. Choose your preferences before you visit this website. Accept all cookies or change your cookie settings.",
    complaint_form="File a complaint with the organisation of the label",
)
