-- Which files a layer has, as its tar says it; written when the layer is read to verify it. It goes with the blob.
create table layer_table (
    blob_id bigint primary key,
    diff_id ${bytes_64} not null,
    pieces integer not null,
    entries bigint not null
);
create index layer_table_diff_id on layer_table (diff_id, blob_id);
alter table layer_table add constraint layer_table_blob foreign key (blob_id) references blob on delete cascade;

-- Its parts, each compressed by itself. They are written before the row above, which makes them a whole.
create table layer_table_piece (
    blob_id bigint not null,
    number integer not null,
    content ${bytes_large} not null,
    primary key (blob_id, number)
);
alter table layer_table_piece add constraint layer_table_piece_blob
    foreign key (blob_id) references blob on delete cascade;
