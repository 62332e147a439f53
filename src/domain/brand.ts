declare const brand: unique symbol;

/** A type that is erased at run time but cannot be mixed up with its base. Used only where a mix-up was likely. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
