/** The arguments of directives in an SDL, whoever wrote it. */
import { type ConstDirectiveNode, type ConstValueNode, Kind } from 'graphql';

export const argumentOf = (directive: ConstDirectiveNode | undefined, name: string): ConstValueNode | undefined =>
  directive?.arguments?.find(argument => argument.name.value === name)?.value;

/** Undefined for anything but a text. */
export const textOf = (value: ConstValueNode | undefined): string | undefined =>
  value?.kind === Kind.STRING ? value.value : undefined;
