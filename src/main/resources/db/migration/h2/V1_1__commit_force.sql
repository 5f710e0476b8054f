-- The number of the journal's file from which on changes may be missing here: see EmbeddedDurability.
create table commit_force (
    journal bigint not null
);
insert into commit_force values (0);
