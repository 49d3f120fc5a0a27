"""Pure decisions about forms: what is typed in the builder, what is wrong with a form, what an answer is, how it counts."""
