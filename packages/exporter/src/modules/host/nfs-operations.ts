/** What node_exporter calls the operations of NFS, in the order in which the kernel counts them. */
export const nfsOperations: Readonly<Record<"v2" | "v3" | "v4Client" | "v4Server", readonly string[]>> = {
  v2: words(
    "Null GetAttr SetAttr Root Lookup ReadLink Read WrCache Write Create Remove Rename Link SymLink MkDir RmDir ReadDir FsStat",
  ),
  v3: words(`
    Null GetAttr SetAttr Lookup Access ReadLink Read Write Create MkDir SymLink MkNod Remove RmDir Rename Link ReadDir
    ReadDirPlus FsStat FsInfo PathConf Commit`),
  v4Client: words(`
    Null Read Write Commit Open OpenConfirm OpenNoattr OpenDowngrade Close Setattr FsInfo Renew SetClientID SetClientIDConfirm
    Lock Lockt Locku Access Getattr Lookup LookupRoot Remove Rename Link Symlink Create Pathconf StatFs ReadLink ReadDir
    ServerCaps DelegReturn GetACL SetACL FsLocations ReleaseLockowner Secinfo FsidPresent ExchangeID CreateSession
    DestroySession Sequence GetLeaseTime ReclaimComplete GetDeviceInfo LayoutGet LayoutCommit LayoutReturn SecinfoNoName
    TestStateID FreeStateID GetDeviceList BindConnToSession DestroyClientID Seek Allocate DeAllocate LayoutStats Clone`),
  /** Those of the server stand for the numbers of the protocol; node_exporter has no name for some. */
  v4Server: words(`
    - - - Access Close Commit Create DelegPurge DelegReturn GetAttr GetFH Link Lock Lockt Locku Lookup LookupRoot Nverify Open
    OpenAttr OpenConfirm OpenDgrd PutFH - - Read ReadDir ReadLink Remove Rename Renew RestoreFH SaveFH SecInfo SetAttr - -
    Verify Write RelLockOwner`),
};

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
