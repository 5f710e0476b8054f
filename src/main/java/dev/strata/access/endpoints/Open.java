package dev.strata.access.endpoints;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An endpoint that needs no right on one repository. Where it names repositories, it names only those that the caller may read. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Open {

    /** For whom. */
    Audience to() default Audience.EVERYBODY;

    /** Who may ask. */
    enum Audience {
        /** Whoever reaches the server. */
        EVERYBODY,
        /**
         * Whoever shows something, if it is only a token that is given to everybody: registry clients take an answer to
         * who shows nothing as a sign that there is no login.
         */
        CLIENTS,
        /** Whoever may see the registry's totals: {@code strata.access.totals}. */
        TOTALS,
        /** Whom the endpoint itself lets; what it needs depends on more than its path. */
        DECIDED_THERE
    }
}
