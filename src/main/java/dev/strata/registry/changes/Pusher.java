package dev.strata.registry.changes;

import dev.strata.oci.Tag;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who pushes a manifest.
 *
 * @param key stands for them, in 64 characters at the most; empty where it does not matter
 * @param onlyTemporary whether they may push temporary images and nothing else
 */
public record Pusher(String key, boolean onlyTemporary) {

    /** The registry itself, or somebody on whose behalf it acts. */
    public static final Pusher UNBOUND = new Pusher("", false);

    /** The key of a client whose name does not matter. */
    private static final String CLIENT = "client";

    private static final Pattern TEMPORARY = Pattern.compile("strata-build-[0-9a-f]{16}-[0-9a-f]{16}");

    /** A client who may push whatever they like. */
    public static Pusher client() {
        return new Pusher(CLIENT, false);
    }

    /** Whether a build cache of theirs is added to what others exported. The registry itself puts back what was there. */
    public boolean addsToCaches() {
        return key.equals(CLIENT);
    }

    /** Whether a tag is one that the build agent gives to an image through which a builder hands over what it made. */
    public static boolean isTemporary(Tag tag) {
        return TEMPORARY.matcher(tag.name()).matches();
    }

    /** Whether a text has the name of such an image. */
    public static boolean isMentionedIn(String text) {
        return TEMPORARY.matcher(text).find();
    }

    /** For whom alone a manifest is there that they push under these tags; empty where it is there to stay. */
    public Optional<String> owner(List<Tag> tags) {
        boolean isNamedSo = !tags.isEmpty() && tags.stream().allMatch(Pusher::isTemporary);
        return (onlyTemporary || isNamedSo) && !key.isEmpty() ? Optional.of(key) : Optional.empty();
    }
}
