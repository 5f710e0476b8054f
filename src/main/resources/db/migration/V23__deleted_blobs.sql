-- Blobs that somebody deleted from a repository: for a while, asking for one does not bring it back from another repository.
create table deleted_blob (
    repository_id bigint not null,
    blob_id bigint not null,
    deleted_at timestamp with time zone not null,
    primary key (repository_id, blob_id)
);
create index deleted_blob_age on deleted_blob (deleted_at);
