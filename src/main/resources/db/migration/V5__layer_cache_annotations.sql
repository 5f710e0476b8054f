-- What a layer's descriptor says besides its type, digest and size, as a JSON object of texts; absent where it says nothing.
alter table cache_entry add column annotations varchar(4096);

-- What digests of variables' values are made with in answers, so that nobody can guess a value from one. One row for good.
create table cache_secret (
    secret ${bytes_64} not null
);
insert into cache_secret (secret) values (${random_bytes});
