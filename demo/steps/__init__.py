"""The steps of the story, one subject a file; `demo.story` says in which order and on which days."""
