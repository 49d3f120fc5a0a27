"""The customer's door: front page, sign-in, registration, their own policies. The pages of buying stand in ``buying``."""
