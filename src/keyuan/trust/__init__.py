"""The certificate centre: our authorities, customers' certificates, signatures, time stamps, signed documents."""
