"""Parts that know the tokens and model nouns but no panel."""
