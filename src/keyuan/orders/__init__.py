"""Orders 投保订单: an application for cover as a customer fills it in online, from the first price to the policy."""
