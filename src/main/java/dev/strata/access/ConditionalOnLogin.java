package dev.strata.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** What is there only where somebody can sign in: no other registry starts it, and no request passes it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Conditional(ConditionalOnLogin.IsConfigured.class)
public @interface ConditionalOnLogin {

    /** Reads the settings. */
    final class IsConfigured implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            Binder settings = Binder.get(context.getEnvironment());
            return settings.bindOrCreate("strata.access", AccessProperties.class)
                    .hasLogin(context.getEnvironment());
        }
    }
}
