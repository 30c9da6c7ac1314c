package io.craton.core.error;

/** Severity of an error or notice, by PostgreSQL's own words. The first three end something; the others are notices. */
public enum Severity {
    ERROR, FATAL, PANIC, WARNING, NOTICE, DEBUG, INFO, LOG
}
