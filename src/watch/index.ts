/** Rules over the stream and over history: what is on, what it found, and what people made of it. */
export {};
