package dev.strata.access.endpoints;

import dev.strata.access.rights.Action;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a caller needs for an endpoint. Each endpoint says this, or that it is {@link Open}; one that says neither is
 * served to nobody.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Needs {

    /** The right. */
    Action value();

    /** Whether it is enough to be allowed to write some scope of the cache. The endpoint itself sees to what that allows. */
    boolean orCache() default false;

    /** The variable of the path that names the repository. It means nothing with {@link Action#ADMIN}. */
    String repository() default "name";

    /**
     * The parameter of the query that may name a repository which is read from too, where the caller may. Who has to get a
     * token is told to get it for both.
     */
    String source() default "";
}
