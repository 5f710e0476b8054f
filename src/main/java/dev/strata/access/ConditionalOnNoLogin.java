package dev.strata.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** What is there only where nobody can sign in. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Conditional(ConditionalOnNoLogin.IsNotConfigured.class)
public @interface ConditionalOnNoLogin {

    /** Reads the settings. */
    final class IsNotConfigured implements Condition {

        private final Condition login = new ConditionalOnLogin.IsConfigured();

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !login.matches(context, metadata);
        }
    }
}
