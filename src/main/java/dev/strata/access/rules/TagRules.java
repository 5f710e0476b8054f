package dev.strata.access.rules;

import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import java.util.Optional;

/** Which tags stay as they are. */
public interface TagRules {

    /** The rule by which a tag may be neither moved nor deleted, in words; empty where there is none. */
    Optional<String> keeping(RepositoryName repository, Tag tag);

    /** Whether there is a rule for any tag of a repository. */
    boolean concern(RepositoryName repository);
}
