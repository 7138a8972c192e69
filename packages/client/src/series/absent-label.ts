/**
 * What stands for a label that a series does not have, in a metric type of your own that lets calls leave labels out. No
 * format shows it. It is not well-formed Unicode, which every value that is given becomes, so that it can be no value.
 */
export const absentLabel = "\uD800";

/** A byte that stands nowhere in UTF-8, for {@link absentLabel}, where label values are bytes. */
export const absentLabelByte = 0xff;
