import { CUSTODIES } from '../../certs/custody/kept.ts';
import { REASONS } from '../../certs/hierarchy/acts.ts';
import { SUITES } from '../../certs/suites.ts';

export const DEFAULT_MODULE = '/usr/lib/softhsm/libsofthsm2.so';

export const USAGE = `npm run keys -- VERB … [--data-dir DIR] [--json] [--note TEXT]

The life of the keys that seal and stamp. 密钥与证书的更新、暂停、恢复、吊销。Whoever may write the data folder may do
this; every act is recorded, with user and time, in DIR/authority/acts.jsonl, and never undone there.

  list [--all]                  the certificates in use: holder, serial, suite, custody, validity, status;
                                --all: those of before, too
  renew HOLDER [--suite SUITE] [--custody KIND …]
                                a new key and certificate; the old certificate stays on the trust list, so that what
                                was sealed with it stays valid. A running department takes the new key up by itself,
                                the time-stamp authority (tsa) when it is started again
  suspend SERIAL|HOLDER [--at TIME]     on hold 暂停: no seal counts until it is resumed
  resume SERIAL|HOLDER                  takes it off hold
  revoke SERIAL|HOLDER --reason REASON [--at TIME] [--invalidity-date TIME]
                                for ever 吊销. --at: when it took effect, by default now; --invalidity-date: since when
                                the key may have been in other hands. The key compromised? Revoke first, then renew
  crl [root|seal-authority]     issues the revocation lists anew, though nothing has changed
  export HOLDER --p12 FILE      key and certificates into a PKCS#12 container, for a safe or another machine
  import HOLDER --p12 FILE      a key from a container. Its certificate is used when our authority has issued it to this
                                holder and it is in force; otherwise one is issued
  move HOLDER --to KIND …       the same key and certificate, kept otherwise

HOLDER is center, a department, or tsa; for suspend and revoke also seal-authority. It stands for the certificate in use.
SUITE is one of ${Object.keys(SUITES).join(', ')} (SM2 with SM3 国密; needs the optional package koffi);
REASON one of ${REASONS.join(', ')}.
TIME is an instant such as 2025-06-30T12:00:00Z. KIND, the custody, is one of ${CUSTODIES.join(', ')}:

  file      PEM in the holder's folder, read by the process that seals
  worker    the same file, read by a thread that does nothing else
  pkcs12    a container; --password-file FILE or --password-variable NAME says where the process finds its password
  pkcs11    a token or hardware module: --token LABEL, --pin-file FILE or --pin-variable NAME, --module PATH of its
            library (default ${DEFAULT_MODULE}, of Debian's softhsm2).
            A key that is in a token stays there

Passwords and PINs are never arguments. For export and import the password is in --password-file, in --password-variable,
or asked for on the terminal without being shown.

  --data-dir DIR   default $DATA_DIR, and that is ./data by default
  --json           one JSON object per line
  --note TEXT      why, for the record
  --help           this text

Exit status: 0 done, or there was nothing to do; 1 it can't be done; 2 wrong usage.
`;
