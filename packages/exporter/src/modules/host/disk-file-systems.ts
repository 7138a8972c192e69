/** What file systems on disks have as labels: none in memory, and no images that are always full. */
export const onDisk = 'fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660"';
