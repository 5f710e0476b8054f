-- When somebody was told last that the repository has the blob, and may rely on it for a while: by a push, a mount, or an
-- answer to a question.
alter table blob_link rename column linked_at to promised_at;
