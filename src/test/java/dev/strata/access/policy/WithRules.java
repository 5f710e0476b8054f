package dev.strata.access.policy;

import dev.strata.access.callers.TestCallers;
import dev.strata.testing.RegistryTest;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/** For a test of rights against a whole registry, whose callers are who they say that they are. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@RegistryTest
@Import({TestCallers.class, TestPolicy.class})
public @interface WithRules {}
