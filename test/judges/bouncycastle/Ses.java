import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.Security;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Scanner;
import java.util.Set;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tsp.TimeStampToken;

/**
 * Judges signatures of GB/T 38540-2020 from the standard's definitions alone: encoding, both SM2 signatures, the list of
 * signers, validity, digest, time stamp and both certification paths.
 *
 * <p>In: lines of {@code folder ses record milliseconds}, the last being the time of validation. Out: one line for each,
 * {@code accepted}, the name of the seal and the property, or why not.
 */
public final class Ses {
  private static final String BC = BouncyCastleProvider.PROVIDER_NAME;
  private static final String SM2_WITH_SM3 = "1.2.156.10197.1.501";

  public static void main(String[] args) {
    Security.addProvider(new BouncyCastleProvider());
    try (Scanner lines = new Scanner(System.in)) {
      while (lines.hasNextLine()) {
        String[] words = lines.nextLine().split(" ");
        System.out.println(verdict(Path.of(words[0]), words[1], words[2], new Date(Long.parseLong(words[3]))));
      }
    }
  }

  private static String verdict(Path folder, String ses, String record, Date at) {
    try {
      byte[] bytes = Files.readAllBytes(folder.resolve(ses));
      return "accepted " + judge(folder, bytes, Files.readAllBytes(folder.resolve(record)), at);
    } catch (Exception fault) {
      return fault.getClass().getSimpleName() + " " + String.valueOf(fault.getMessage()).replace('\n', ' ');
    }
  }

  private static String judge(Path folder, byte[] bytes, byte[] record, Date at) throws Exception {
    ASN1Sequence outer = sequence(ASN1Primitive.fromByteArray(bytes), 5);
    require(Arrays.equals(outer.getEncoded("DER"), bytes), "encoding");
    ASN1Sequence toSign = sequence(outer.getObjectAt(0), 5);
    require(number(toSign.getObjectAt(0)) == 4, "version");
    ASN1Sequence seal = sequence(toSign.getObjectAt(1), 4);
    ASN1Sequence info = sequence(seal.getObjectAt(0), 4);
    ASN1Sequence header = sequence(info.getObjectAt(0), 3);
    require(ASN1IA5String.getInstance(header.getObjectAt(0)).getString().equals("ES"), "header");
    require(number(header.getObjectAt(1)) == 4, "version of the seal");
    ASN1Sequence property = sequence(info.getObjectAt(2), 7);
    ASN1Sequence picture = sequence(info.getObjectAt(3), 4);
    require(octets(picture.getObjectAt(1))[1] == 'P', "picture");

    byte[] signer = octets(outer.getObjectAt(1));
    byte[] maker = octets(seal.getObjectAt(1));
    require(number(property.getObjectAt(2)) == 1, "kind of list");
    require(Arrays.equals(octets(sequence(property.getObjectAt(3), 1).getObjectAt(0)), signer), "list of signers");
    requireSigned(info, maker, seal.getObjectAt(2), seal.getObjectAt(3), "maker's signature");
    requireSigned(toSign, signer, outer.getObjectAt(2), outer.getObjectAt(3), "signer's signature");

    Date signedAt = ASN1GeneralizedTime.getInstance(toSign.getObjectAt(2)).getDate();
    Date from = ASN1GeneralizedTime.getInstance(property.getObjectAt(5)).getDate();
    Date until = ASN1GeneralizedTime.getInstance(property.getObjectAt(6)).getDate();
    require(!signedAt.before(from) && !signedAt.after(until), "validity");
    byte[] hash = MessageDigest.getInstance("SM3", BC).digest(record);
    require(Arrays.equals(ASN1BitString.getInstance(toSign.getObjectAt(3)).getOctets(), hash), "digest");

    ASN1TaggedObject tagged = ASN1TaggedObject.getInstance(outer.getObjectAt(4));
    require(tagged.getTagNo() == 0 && tagged.isExplicit(), "tag of the time stamp");
    byte[] token = ASN1BitString.getInstance(tagged, true).getOctets();
    X509CertificateHolder authority = stampedBy(token, ((ASN1BitString) outer.getObjectAt(3)).getOctets());
    for (byte[] leaf : List.of(signer, maker)) requirePath(folder, leaf, authority, at);
    return ASN1UTF8String.getInstance(property.getObjectAt(1)).getString()
        + " "
        + ASN1IA5String.getInstance(toSign.getObjectAt(4)).getString();
  }

  private static void requireSigned(
      ASN1Sequence what, byte[] certificate, ASN1Encodable algorithm, ASN1Encodable value, String named)
      throws Exception {
    require(ASN1ObjectIdentifier.getInstance(algorithm).getId().equals(SM2_WITH_SM3), "algorithm");
    Signature signature = Signature.getInstance("SM3WITHSM2", BC);
    signature.initVerify(certificate(certificate).getPublicKey());
    signature.update(what.getEncoded("DER"));
    require(signature.verify(((ASN1BitString) value).getOctets()), named);
  }

  /** Checks the token and gives the certificate above the one that signed it: it is above the others, too. */
  private static X509CertificateHolder stampedBy(byte[] der, byte[] signature) throws Exception {
    TimeStampToken token = new TimeStampToken(new CMSSignedData(der));
    byte[] imprint = token.getTimeStampInfo().getMessageImprintDigest();
    require(Arrays.equals(imprint, MessageDigest.getInstance("SHA-256").digest(signature)), "imprint");
    @SuppressWarnings("unchecked")
    var stamper = (X509CertificateHolder) token.getCertificates().getMatches(token.getSID()).iterator().next();
    token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider(BC).build(stamper));
    for (Object one : token.getCertificates().getMatches(null))
      if (((X509CertificateHolder) one).getSubject().equals(stamper.getIssuer())) return (X509CertificateHolder) one;
    throw new IllegalStateException("authority");
  }

  private static void requirePath(Path folder, byte[] leaf, X509CertificateHolder authority, Date at)
      throws Exception {
    X509Certificate root = certificate(Files.readAllBytes(folder.resolve("root.der")));
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(at);
    var path = List.of(certificate(leaf), certificate(authority.getEncoded()));
    CertificateFactory factory = CertificateFactory.getInstance("X.509", BC);
    CertPathValidator.getInstance("PKIX", BC).validate(factory.generateCertPath(path), parameters);
  }

  private static X509Certificate certificate(byte[] der) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509", BC).generateCertificate(new ByteArrayInputStream(der));
  }

  private static ASN1Sequence sequence(ASN1Encodable value, int members) {
    ASN1Sequence sequence = ASN1Sequence.getInstance(value);
    require(sequence.size() == members, "a sequence of " + sequence.size());
    return sequence;
  }

  private static int number(ASN1Encodable value) {
    return ASN1Integer.getInstance(value).intValueExact();
  }

  private static byte[] octets(ASN1Encodable value) {
    return ASN1OctetString.getInstance(value).getOctets();
  }

  private static void require(boolean holds, String what) {
    if (!holds) throw new IllegalStateException(what);
  }
}
