-- Whether a blob was uploaded into the repository since the last manifest that names it came: that one did not spare it.
alter table savings_holding add column uploaded boolean default false not null;
