package dev.strata.savings.report;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import java.util.List;

/** A blob's figures; docs/savings.md defines each. Sizes are in bytes. */
public record BlobSavings(
        Digest digest,
        long size,
        int images,
        int repositories,
        boolean inUse,
        int linked,
        Saved saved,
        List<Name> names) {

    public record Saved(long total, long repository, long repositories) {}

    public record Name(RepositoryName repository) {}
}
