package dev.strata.database.entities;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;
import org.springframework.transaction.annotation.Transactional;

/**
 * A transaction that reads or writes entities. When the method returns, what it wrote is durable. On the embedded
 * database a checkpoint follows each that writes, which takes some milliseconds; so this is for what people change, and
 * not for what runs on pulls and pushes. It cannot be nested in a transaction of another kind.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Transactional(EntityTransaction.MANAGER)
public @interface EntityTransaction {

    /** The transaction manager's name. */
    String MANAGER = "entityTransactions";

    /** Whether it only reads; then no checkpoint follows. */
    @AliasFor(annotation = Transactional.class)
    boolean readOnly() default false;
}
