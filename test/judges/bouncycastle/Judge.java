import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.Security;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Scanner;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerId;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationVerifier;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.Selector;
import org.bouncycastle.util.Store;

/**
 * Judges CAdES-B-T seals: signature, signing certificate, time stamp, certification path and revocation.
 *
 * <p>In: lines of {@code folder seal record lists}, lists being {@code yes} or {@code no}. Out: one line for each,
 * {@code accepted} or why not.
 */
public final class Judge {
  private static final String BC = BouncyCastleProvider.PROVIDER_NAME;

  public static void main(String[] args) {
    Security.addProvider(new BouncyCastleProvider());
    try (Scanner lines = new Scanner(System.in)) {
      while (lines.hasNextLine()) {
        String[] words = lines.nextLine().split(" ");
        System.out.println(verdict(Path.of(words[0]), words[1], words[2], words[3].equals("yes")));
      }
    }
  }

  private static String verdict(Path folder, String seal, String record, boolean lists) {
    try {
      judge(folder, Files.readAllBytes(folder.resolve(seal)), Files.readAllBytes(folder.resolve(record)), lists);
      return "accepted";
    } catch (Exception fault) {
      return fault.getClass().getSimpleName() + " " + String.valueOf(fault.getMessage()).replace('\n', ' ');
    }
  }

  private static void judge(Path folder, byte[] seal, byte[] record, boolean lists) throws Exception {
    CMSSignedData signed = new CMSSignedData(new CMSProcessableByteArray(record), seal);
    Collection<SignerInformation> signers = signed.getSignerInfos().getSigners();
    require(signers.size() == 1, "one signer");
    SignerInformation signer = signers.iterator().next();
    X509CertificateHolder certificate = certificateOf(signer.getSID(), signed.getCertificates());
    require(signer.verify(verifierOf(certificate)), "signature");
    requireNamed(signer, certificate);
    requirePath(folder, certificate, signed, lists);

    TimeStampToken token = tokenOf(signer);
    byte[] imprint = token.getTimeStampInfo().getMessageImprintDigest();
    require(Arrays.equals(imprint, digest(signer.getSignature())), "imprint");
    X509CertificateHolder authority = certificateOf(token.getSID(), token.getCertificates());
    token.validate(verifierOf(authority));
    requirePath(folder, authority, token.toCMSSignedData(), lists);
  }

  private static SignerInformationVerifier verifierOf(X509CertificateHolder certificate) throws Exception {
    return new JcaSimpleSignerInfoVerifierBuilder().setProvider(BC).build(certificate);
  }

  /** CAdES: the signed attributes hold the digest of the signer's certificate. */
  private static void requireNamed(SignerInformation signer, X509CertificateHolder certificate) throws Exception {
    var attribute = signer.getSignedAttributes().get(PKCSObjectIdentifiers.id_aa_signingCertificateV2);
    ESSCertIDv2[] ids = SigningCertificateV2.getInstance(attribute.getAttributeValues()[0]).getCerts();
    require(Arrays.equals(ids[0].getCertHash(), digest(certificate.getEncoded())), "signing certificate");
  }

  private static TimeStampToken tokenOf(SignerInformation signer) throws Exception {
    var attribute = signer.getUnsignedAttributes().get(PKCSObjectIdentifiers.id_aa_signatureTimeStampToken);
    ASN1Primitive value = attribute.getAttributeValues()[0].toASN1Primitive();
    return new TimeStampToken(new CMSSignedData(value.getEncoded()));
  }

  /** RFC 5280, from the certificate over those that came with it to the root of the folder. */
  private static void requirePath(Path folder, X509CertificateHolder target, CMSSignedData from, boolean lists)
      throws Exception {
    CertificateFactory factory = CertificateFactory.getInstance("X.509", BC);
    X509Certificate root = certificate(factory, Files.readAllBytes(folder.resolve("root.der")));
    X509CertificateHolder issuer = null;
    for (X509CertificateHolder one : from.getCertificates().getMatches(null))
      if (one.getSubject().equals(target.getIssuer())) issuer = one;
    require(issuer != null, "issuer");
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
    parameters.setRevocationEnabled(lists);
    if (lists) parameters.addCertStore(listsOf(folder, factory));
    var path = List.of(certificate(factory, target.getEncoded()), certificate(factory, issuer.getEncoded()));
    CertPathValidator.getInstance("PKIX", BC).validate(factory.generateCertPath(path), parameters);
  }

  private static CertStore listsOf(Path folder, CertificateFactory factory) throws Exception {
    try (var root = new FileInputStream(folder.resolve("root.crl").toFile());
        var authority = new FileInputStream(folder.resolve("authority.crl").toFile())) {
      var lists = List.of((X509CRL) factory.generateCRL(root), (X509CRL) factory.generateCRL(authority));
      return CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists), BC);
    }
  }

  private static X509Certificate certificate(CertificateFactory factory, byte[] der) throws Exception {
    return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
  }

  private static byte[] digest(byte[] bytes) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  /** Signer identifiers are selectors of certificates; the library's types forget of what. */
  @SuppressWarnings("unchecked")
  private static X509CertificateHolder certificateOf(SignerId signer, Store<X509CertificateHolder> from) {
    Collection<X509CertificateHolder> found = from.getMatches((Selector<X509CertificateHolder>) signer);
    require(found.size() == 1, "one certificate of the signer");
    return found.iterator().next();
  }

  private static void require(boolean holds, String what) {
    if (!holds) throw new IllegalStateException(what);
  }
}
