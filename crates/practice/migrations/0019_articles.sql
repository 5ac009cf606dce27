-- What the practice writes for anybody (T0): nothing of it is sealed. An article's address stays once it was published.
-- `public_revision` is the version that visitors read; nothing for none.
CREATE TABLE articles (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  slug TEXT NOT NULL,
  revision BIGINT NOT NULL,
  public_revision BIGINT,
  first_published_at BIGINT,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX articles_by_slug ON articles (practice_id, slug);

-- Every version, kept. `words` is the text in Markdown, `content` everything else. Nobody saved what the program came with.
CREATE TABLE article_versions (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  article_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  content TEXT NOT NULL,
  words TEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  saved_by BYTEA,
  published_at BIGINT,
  PRIMARY KEY (practice_id, article_id, revision),
  FOREIGN KEY (practice_id, article_id) REFERENCES articles (practice_id, id)
);
