"""Who may DO what. Deny by default; the permission stands in the endpoint's signature."""
