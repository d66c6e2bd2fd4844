"""The assistant of Somme Numérique: quotes the syndicate's documents, or says that they do not say."""
