package sqlserver

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"farmhand/simulator/world"
)

// restoreDatabase is RESTORE DATABASE over a database that is there: what it was when the backup was taken. A full backup
// restored WITH NORECOVERY waits for its differential.
func (r *run) restoreDatabase(ctx context.Context, name string, set BackupSet, o mediaOptions) error {
	if !r.login.sysadmin() {
		return sqlError(3110, 14, 1, "User does not have permission to RESTORE database '%s'.", name)
	}
	if o.checksum && !set.Checksum {
		return sqlError(3187, 16, 1, "RESTORE WITH CHECKSUM cannot be specified because the backup set does not contain checksum information.")
	}
	if err := r.instance.world.Wait(ctx, time.Duration(set.SizeBytes/bytesPerMB)*time.Second/backupSpeed); err != nil {
		return err
	}
	instance := r.instance.name
	if err := r.instance.world.Update(func(tx *world.Tx) error {
		d, there := FindDatabase(tx, instance, name)
		switch {
		case there && d.Mirroring != nil:
			return sqlError(3104, 16, 1, "RESTORE cannot operate on database '%s' because it is configured for database mirroring. "+
				"Use ALTER DATABASE to remove mirroring if you intend to restore the database.", name)
		case there && set.Type == "D" && !o.replace && !strings.EqualFold(d.State, "RESTORING"):
			return sqlError(3159, 16, 1, "The tail of the log for the database \"%s\" has not been backed up. Use BACKUP LOG WITH NORECOVERY to backup the log "+
				"if it contains work you do not want to lose. Use the WITH REPLACE or WITH STOPAT clause of the RESTORE statement to just overwrite the contents of the log.", name)
		case set.Type == "I" && (!there || d.State != "RESTORING" || d.DifferentialBase != set.Base):
			return sqlError(3136, 16, 1, "This differential backup cannot be restored because the database has not been restored to the correct earlier state.")
		}
		if !there {
			d = Database{Name: name, SizeMB: int(set.SizeBytes / bytesPerMB), RecoveryModel: set.Recovery}
		}
		d.State, d.Versions = "ONLINE", slices.Clone(set.Versions)
		if o.noRecovery {
			d.State = "RESTORING"
		}
		if set.Type == "D" {
			d.DifferentialBase = set.GUID
		}
		PutDatabase(tx, instance, d)
		return nil
	}); err != nil {
		return err
	}
	pages := set.SizeBytes / bytesPerMB * pagesPerMB
	r.w.Info(3014, 0, sqlError(3014, 0, 1, "RESTORE DATABASE successfully processed %d pages in %.3f seconds (%.3f MB/sec).",
		pages, float64(set.SizeBytes/bytesPerMB)/backupSpeed, float64(backupSpeed)).Message)
	r.w.DoneQuiet()
	return nil
}

// newGUID is NEWID(): a random GUID as SQL Server writes one.
func newGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := strings.ToUpper(hex.EncodeToString(b[:]))
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

// texts are the paths of a media set.
func (r *run) texts(all []expression) ([]string, error) {
	out := make([]string, len(all))
	for i, e := range all {
		var err error
		if out[i], err = r.text(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}
