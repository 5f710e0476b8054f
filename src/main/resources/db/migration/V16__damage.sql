-- Content that was found damaged and waits for somebody who pushes it again.
create table damage (
    digest ${bytes_64} primary key,
    -- B a blob, M a manifest.
    what varchar(1) not null,
    -- B its bytes are others than its digest says, M it has none, U the disk does not give them back.
    kind varchar(1) not null,
    size bigint not null,
    found_at timestamp with time zone not null
);
