-- For the moves of whole registries from one database and store to others.

-- Where this registry is being moved from; a row is here until all of it has arrived.
create table migration_source (
    id integer primary key,
    name varchar(36) not null
);

-- The blobs whose bytes have arrived before the rows.
create table migrated_blob (
    digest ${bytes_64} primary key,
    size bigint not null,
    location varchar(255) not null
);
