"""Images from a registry: which blobs are missing here, and how they are fetched and verified.

    address       localhost:5000/me/web:1  ->  host, repository, tag or digest
    credentials   docker's config.json and its credential helpers
    client        one repository of one registry, by HTTP
    pull          an image into the store: only what is missing travels

Source: OCI distribution-spec, "Pulling"; distribution's token authentication.
"""
