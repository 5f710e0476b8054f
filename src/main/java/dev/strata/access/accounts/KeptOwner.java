package dev.strata.access.accounts;

import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Proven;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

/** Whose something is that is kept in the place of what they showed, and the version of that. */
@Embeddable
public class KeptOwner {

    private static final String ACCOUNT = "A";
    private static final String PERSON = "P";
    private static final String ROBOT = "R";

    @Column(name = "owner_kind")
    private String kind = "";

    @Column(name = "owner_name")
    private String name = "";

    @Column(name = "owner_version")
    private String version = "";

    /** Of nobody, until it is read. */
    public KeptOwner() {}

    /** @param owner an account, a person or a robot */
    public KeptOwner(Proven owner) {
        this.kind = code(owner.caller().kind());
        this.name = owner.caller().name();
        this.version = owner.version();
    }

    /** A kind as the column has it. */
    public static String code(Kind kind) {
        return switch (kind) {
            case ROBOT -> ROBOT;
            case PERSON -> PERSON;
            default -> ACCOUNT;
        };
    }

    public Kind kind() {
        return switch (kind) {
            case ROBOT -> Kind.ROBOT;
            case PERSON -> Kind.PERSON;
            default -> Kind.ACCOUNT;
        };
    }

    public String name() {
        return name;
    }

    public String version() {
        return version;
    }

    /** Whether somebody is who they were, and what they showed has not changed. */
    public boolean isStill(Proven owner) {
        return owner.version().equals(version);
    }
}
