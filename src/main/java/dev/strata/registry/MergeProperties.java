package dev.strata.registry;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which build caches are added up.
 *
 * @param mergeTags patterns of tags under which builders export their caches: what one exports is added to what others did
 */
@ConfigurationProperties("strata.cache")
public record MergeProperties(@DefaultValue({"buildcache", "buildcache-*"}) List<String> mergeTags) {

    public MergeProperties {
        mergeTags = List.copyOf(mergeTags);
    }
}
