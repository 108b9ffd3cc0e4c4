//! Regions, lookups, libraries and people of the made-up company.

/// Variants of a subject once each was used.
pub(crate) const REGIONS: [&str; 24] = [
    "",
    "Germany",
    "France",
    "UK",
    "Spain",
    "Italy",
    "Nordics",
    "Poland",
    "US",
    "Canada",
    "Mexico",
    "Brazil",
    "India",
    "Japan",
    "Australia",
    "Singapore",
    "Korea",
    "Gulf",
    "South Africa",
    "Turkey",
    "Benelux",
    "Austria",
    "Switzerland",
    "Portugal",
];

/// What is done with the subject, in the same order of variants.
pub(crate) const VERBS: [&str; 4] = ["Sync", "Reconcile", "Replay", "Archive"];

/// Lookups: name, description, columns, and the first cells of some rows.
pub(crate) const LOOKUPS: [(&str, &str, [&str; 2]); 20] = [
    (
        "Payment_Terms",
        "Payment terms of the shop and of finance",
        ["SHOP", "ERP"],
    ),
    (
        "Carrier_Codes",
        "Carriers and their service levels",
        ["WMS", "CARRIER"],
    ),
    (
        "Warehouse_Codes",
        "Warehouses and inventory organizations",
        ["WMS", "ERP"],
    ),
    (
        "Bank_Accounts",
        "House bank accounts and cash accounts",
        ["BANK", "ERP"],
    ),
    (
        "Tax_Codes",
        "Tax codes of partners and of finance",
        ["PARTNER", "ERP"],
    ),
    (
        "Country_Codes",
        "Two-letter and three-letter codes",
        ["ISO2", "ISO3"],
    ),
    ("Unit_Codes", "Units of measure", ["WMS", "ERP"]),
    (
        "Account_Mapping",
        "Accounts of the subsidiary ledgers",
        ["SUBSIDIARY", "GROUP"],
    ),
    (
        "Currency_Codes",
        "Currencies and rate types",
        ["BANK", "ERP"],
    ),
    (
        "Cost_Center_Mapping",
        "Cost centers and departments",
        ["ERP", "HCM"],
    ),
    (
        "Pay_Elements",
        "Pay elements and wage types",
        ["HCM", "PAYROLL"],
    ),
    (
        "Expense_Types",
        "Expense types and accounts",
        ["EXPENSE", "ERP"],
    ),
    (
        "Sales_Stages",
        "Stages and probabilities",
        ["SALESFORCE", "FORECAST"],
    ),
    (
        "Tariff_Codes",
        "Items and tariff numbers",
        ["ITEM", "TARIFF"],
    ),
    (
        "Support_Groups",
        "Who takes care of what",
        ["INTEGRATION", "GROUP"],
    ),
    ("Language_Codes", "Languages of letters", ["ISO", "MAIL"]),
    (
        "Business_Units",
        "Business units and ledgers",
        ["UNIT", "LEDGER"],
    ),
    (
        "Holiday_Calendars",
        "Countries and calendars",
        ["COUNTRY", "CALENDAR"],
    ),
    (
        "Error_Messages",
        "Codes and texts for users",
        ["CODE", "TEXT"],
    ),
    (
        "Integration_Settings",
        "Switches that can be changed without a release",
        ["NAME", "VALUE"],
    ),
];

/// Libraries: code, name, description, functions.
pub(crate) const LIBRARIES: [(&str, &str, &str, [&str; 3]); 6] = [
    (
        "TEXTTOOLS",
        "TextTools",
        "Texts for old systems",
        ["normalise", "padLeft", "stripAccents"],
    ),
    (
        "DATETOOLS",
        "DateTools",
        "Working days and time zones",
        ["normalise", "addWorkingDays", "toZone"],
    ),
    (
        "CHECKDIGITS",
        "CheckDigits",
        "IBAN and tax numbers",
        ["normalise", "isIban", "isTaxNumber"],
    ),
    (
        "MONEY",
        "Money",
        "Rounding by currency",
        ["normalise", "roundTo", "minorUnits"],
    ),
    (
        "FIXEDWIDTH",
        "FixedWidth",
        "Files of banks",
        ["normalise", "pack", "unpack"],
    ),
    (
        "RETRYPLAN",
        "RetryPlan",
        "When to try again",
        ["normalise", "nextAttempt", "giveUp"],
    ),
];

/// The people who build integrations there.
pub(crate) const PEOPLE: [&str; 5] = [
    "ana.lopes@example.com",
    "ben.carter@example.com",
    "chitra.rao@example.com",
    "david.klein@example.com",
    "emi.sato@example.com",
];
