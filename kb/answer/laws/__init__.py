"""Laws, regulations and measures by their articles (条), paragraphs (款) and items (项)."""
