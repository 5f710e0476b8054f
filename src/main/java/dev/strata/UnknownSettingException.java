package dev.strata;

import java.util.Collection;

/** Someone set what nothing reads: a misspelt setting would have no effect, and nobody would be told. */
class UnknownSettingException extends RuntimeException {

    private final transient Collection<String> known;

    UnknownSettingException(String setting, String source, Collection<String> known) {
        super("There is no setting " + setting + ", which " + source + " has");
        this.known = known;
    }

    Collection<String> known() {
        return known;
    }
}
