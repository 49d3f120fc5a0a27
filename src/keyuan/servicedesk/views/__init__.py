"""The pages and fragments of the service desk."""
