package dev.strata.upkeep.retention.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.access.rights.Glob;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import java.util.List;

/**
 * Which images of some repositories stay, and which go. An image that any clause of any rule keeps stays, whatever else is
 * said of it.
 *
 * @param on in which repositories
 * @param unattended whether it may remove images before somebody saw what it would remove
 */
public record RetentionRule(String name, List<Glob> on, List<Clause> keep, List<Clause> remove, boolean unattended) {

    public RetentionRule {
        on = List.copyOf(on);
        keep = List.copyOf(keep);
        remove = List.copyOf(remove);
    }

    public boolean isOn(String repository) {
        return on.stream().anyMatch(pattern -> pattern.matches(repository));
    }

    /** Stands for its name and what it decides: a rule that is changed has another one. */
    public String key() {
        return Digest.ofContent(DigestAlgorithm.SHA256, (name + '\n' + this).getBytes(UTF_8)).hex();
    }

    @Override
    public String toString() {
        return "on " + on + " keep " + keep + " remove " + remove;
    }
}
