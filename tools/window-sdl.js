import { parse } from 'graphql';
import { windowSdl } from '../gateway/window/schema.ts';

/** Gives the code generator the window's schema with the enums of the catalogue in it. */
export default () => parse(windowSdl);
