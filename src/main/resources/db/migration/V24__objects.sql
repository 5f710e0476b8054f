-- Blobs as objects in a store that speaks S3.

-- Their bytes were found missing or broken: nobody has the blob before it is pushed again.
alter table blob add column lost boolean default false not null;
-- Which of the objects that are there a row knows.
create index blob_location on blob (location);

-- Two uploads of one blob at once bring an object each, and one of them goes.
drop table blob_removal;
create table blob_removal (
    digest ${bytes_64} not null,
    -- Which row it was: the blob may have come anew and gone again. 0 where there was none.
    blob_id bigint not null,
    size bigint not null,
    location varchar(255) not null,
    due_at timestamp with time zone not null,
    primary key (digest, blob_id, location)
);
create index blob_removal_location on blob_removal (location);

-- An upload session whose bytes are in the store.
create table object_upload (
    id varchar(36) ${by_code} primary key,
    owner varchar(1000) ${by_code} not null,
    algorithm varchar(16) not null,
    -- The object that the bytes become; not known before the first of them is in the store.
    location varchar(255) ${by_code},
    -- What the store calls the object while it has parts only.
    multipart varchar(2000),
    parts integer not null,
    received bigint not null,
    -- The hash of what was received, to go on from; null where it has to be computed from the object.
    hash_state varchar(200),
    -- What was received behind the last part, as an object of its own.
    tail varchar(255) ${by_code},
    tail_size bigint not null,
    -- The digest under which it was committed.
    committed varchar(200),
    -- Which request writes to it, and until when that is believed without a sign of life.
    holder varchar(80) ${by_code},
    held_until timestamp with time zone,
    used_at timestamp with time zone not null
);
create index object_upload_used on object_upload (used_at);
create index object_upload_location on object_upload (location);

-- Its parts that the store has.
create table object_upload_part (
    upload_id varchar(36) ${by_code} not null,
    number integer not null,
    tag varchar(255) not null,
    primary key (upload_id, number)
);
