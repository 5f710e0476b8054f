-- Whether nothing is in the repository but what was deleted and can be taken back. It is not listed then.
alter table repository add column hidden boolean default false not null;
