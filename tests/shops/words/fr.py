"""French, as written in Belgium."""

# Prose: a paragraph is a line.
# ruff: noqa: E501

from __future__ import annotations

from tests.shops.words.model import Words

TERMS = """\
Les présentes conditions s'appliquent à toutes les offres, commandes et livraisons de $company à ses clients professionnels. Vous pouvez les lire, les enregistrer et les imprimer avant de commander. Toute dérogation n'est valable que si nous l'avons confirmée par écrit.

## Article 1. Qui sommes-nous
$company, établie à $city, $street, $postcode. $register

## Article 2. Offre et contrat
Nos offres décrivent les articles de manière complète et précise. Une erreur manifeste ne nous engage pas. Le contrat est conclu dès que vous acceptez l'offre ; nous confirmons votre commande par courriel. Tant que cette confirmation n'est pas envoyée, vous pouvez retirer votre commande.

## Article 3. Prix
Les prix sont indiqués en euros, hors TVA et TVA comprise. Les frais de livraison figurent dans le panier avant la commande. Une hausse de prix postérieure à la commande n'est jamais portée en compte.

## Article 4. Paiement
Vous payez à la commande, ou sur facture lorsque nous en sommes convenus. L'échéance figure sur la facture. En cas de retard, nous envoyons d'abord un rappel gratuit.

## Article 5. Livraison et risque
Nous livrons à l'adresse que vous indiquez. Le risque de perte ou de dommage vous est transféré au moment de la réception. Les délais et les frais se trouvent à la page Livraison.

## Article 6. Garantie
Nous garantissons que les articles sont conformes au contrat et aux exigences légales en vigueur à la date de la commande. La garantie du fabricant s'y ajoute et ne limite pas vos droits.

## Article 7. Réserve de propriété
Les articles livrés restent la propriété de $company jusqu'au paiement complet du prix. Vous pouvez les utiliser et les revendre dans le cadre normal de votre activité.

## Article 8. Responsabilité
Sauf dol ou faute lourde, notre responsabilité pour les dommages indirects est exclue. Pour le reste, elle est limitée au montant facturé de la commande.

## Article 9. Réclamations
Si quelque chose ne va pas, nous préférons chercher la solution avec vous. La marche à suivre se trouve à la page Réclamations.

## Article 10. Droit applicable
Le contrat est régi par le droit belge. Les litiges sont portés devant les tribunaux de l'arrondissement où $company est établie."""

PRIVACY = """\
$company traite des données à caractère personnel de ses visiteurs, de ses clients et de leurs collaborateurs. Cette déclaration explique quelles données nous recueillons, pour quelles finalités nous les utilisons et quels sont vos droits. $company est responsable du traitement ; vous nous joignez à l'adresse $email.

## Quelles données personnelles
- nom, raison sociale, adresse de facturation et de livraison ;
- adresse électronique et numéro de téléphone ;
- commandes, factures et état des paiements ;
- données techniques de votre visite, comme l'adresse IP et l'appareil.

## Finalités et bases légales
Le traitement a pour finalités l'exécution de votre commande (contrat), la tenue de notre comptabilité (obligation légale), la sécurité du site (intérêt légitime) et l'envoi de la lettre d'information (votre consentement, que vous retirez quand vous le souhaitez).

## Destinataires et conservation
Les transporteurs, les prestataires de paiement et notre hébergeur traitent des données pour notre compte et selon nos seules instructions. Nous conservons les factures dix ans, un compte jusqu'à sa clôture et les données techniques au plus un mois. Les données restent dans l'Espace économique européen.

## Vos droits
Vous avez un droit d'accès à vos données, un droit de rectification des données inexactes et un droit à l'effacement. Vous pouvez vous opposer à un traitement fondé sur l'intérêt légitime et demander la portabilité de vos données. Écrivez à $email ; vous recevrez une réponse dans le mois. L'Autorité de protection des données reçoit vos plaintes éventuelles.

## Témoins et sécurité
Le site ne place qu'un témoin fonctionnel, nécessaire au panier et à la connexion. Toutes les pages passent par une liaison chiffrée."""

WORDS = Words(
    language="fr",
    paths={
        "contact": "/contact/",
        "about": "/mentions-legales/",
        "terms": "/conditions-generales-de-vente/",
        "privacy": "/vie-privee/",
        "complaints": "/reclamations/",
        "returns": "/retours/",
        "delivery": "/livraison/",
        "payment": "/paiement/",
        "login": "/compte/connexion/",
        "product": "/article/",
    },
    titles={
        "start": "Accueil",
        "contact": "Contact",
        "about": "Mentions légales",
        "terms": "Conditions générales de vente",
        "privacy": "Vie privée",
        "complaints": "Réclamations",
        "returns": "Retours",
        "delivery": "Livraison",
        "payment": "Paiement",
        "login": "Connexion",
    },
    bodies={
        "terms": TERMS,
        "privacy": PRIVACY,
        "contact": """\
Une question sur un article, un devis ou une commande en cours ? Notre service client vous répond les jours ouvrables de 8 h 30 à 17 h.

## Appeler, écrire ou passer
Téléphone : $phone
Courriel : $email
Adresse : $company, $street, $postcode $city

## Données de l'entreprise
$company
$register
$bank""",
        "about": """\
$brand est le nom commercial de $company, à $city. Nous avons commencé dans un petit entrepôt au bord du canal ; aujourd'hui nous livrons des entreprises, des écoles et des communes dans tout le pays.

Chez nous, vous achetez auprès de gens qui se servent de ce qu'ils vendent. Nous essayons chaque article, nous disons quand il ne convient pas et nous gardons les pièces tant que le fabricant les produit.

## Éditeur du site
$company, $street, $postcode $city, $country
$register
Courriel : $email""",
        "complaints": """\
Si quelque chose ne va pas, dites-le-nous. Envoyez votre réclamation avec le numéro de commande à $email ou appelez le $phone. Vous pouvez aussi écrire à $company, $street, $postcode $city.

Vous recevez un accusé de réception dans les 2 jours ouvrables. Nous répondons à votre réclamation sur le fond dans un délai de 14 jours à compter de sa réception. S'il nous manque des informations, nous les demandons dans le même délai.

Si notre réponse ne vous satisfait pas, vous pouvez soumettre le litige à un médiateur indépendant ou au tribunal.""",
        "returns": """\
Un article ne convient pas ? $company le reprend s'il n'a pas servi et s'il est dans son emballage d'origine. Annoncez le retour à $email ; vous recevrez une étiquette.

Le retour est possible pendant 30 jours après la réception. Nous remboursons le prix d'achat dès que le colis est contrôlé. Les articles fabriqués sur mesure ne sont pas repris.""",
        "delivery": """\
Un article en stock, commandé avant 16 h un jour ouvrable, part le jour même. Le délai de livraison est de 1 à 3 jours ouvrables en Belgique et au Luxembourg.

## Frais de livraison
Les frais de livraison s'élèvent à € 7,50 par envoi, hors TVA. À partir de € 150,00 de commande, la livraison est gratuite. Un envoi sur palette coûte € 42,00.

Si un article manque en stock, nous vous communiquons la date prévue et vous pouvez annuler la commande sans frais.""",
        "payment": """\
Vous payez par Bancontact, carte de crédit ou virement. Nos clients fidèles peuvent acheter sur facture après un contrôle unique.

Le paiement est sans frais. La facture avec la TVA détaillée vous parvient par courriel.""",
    },
    kvk_line="Registre de commerce (KvK) : $kvk",
    kbo_line="Numéro d'entreprise (BCE) : $kbo",
    vat_line="Numéro de TVA : $vat",
    welcome="""\
Bienvenue chez $brand. Nous livrons de notre propre stock les entreprises, les écoles et les communes : des prix clairs, un envoi rapide et le conseil de gens du métier.

Vous commandez sans montant minimum et recevez à chaque fois une facture avec la TVA détaillée. Vous préférez en parler d'abord ou recevoir un devis ? Appelez le $phone ou écrivez à $email.""",
    assortment="Notre gamme",
    product_text="$product est emballé à la pièce et part de notre entrepôt de $city. Les pièces détachées et le mode d'emploi sont disponibles séparément. En cas de doute sur la taille ou le modèle, notre équipe vous conseille volontiers.",
    price_lines="€ $net hors TVA (€ $gross TVA comprise, 21 %)",
    add_to_cart="Ajouter au panier",
    newsletter="Lettre d'information",
    newsletter_consent="Une fois par mois, des nouvelles et des offres. Désinscription possible dans chaque envoi.",
    subscribe="S'inscrire",
    email_label="Adresse électronique",
    password_label="Mot de passe",
    name_label="Nom",
    message_label="Votre question",
    send="Envoyer",
    not_found="Cette page n'existe pas ou plus. Utilisez le menu pour poursuivre.",
    consent_wall="Nous utilisons des cookies. Choisissez vos préférences avant de consulter ce site. Acceptez tous les cookies ou réglez vos choix.",
    complaint_form="Introduire une plainte auprès de l'organisation du label",
)
