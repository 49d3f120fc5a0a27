"""The pages and services of the certificate centre."""
